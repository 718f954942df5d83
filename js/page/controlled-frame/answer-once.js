// @ts-check
/**
 * Answers that a listener gives: at once, or later after `preventDefault()`; once; and what nobody can give any more is
 * answered for them.
 */

import { Error, FinalizationRegistry, finalizationRegister } from "../primordials.js";

/** @type {FinalizationRegistry<() => void>} */
const dropped = new FinalizationRegistry((drop) => drop());

/**
 * @template Answer
 * @param {(answer: Answer) => void} answer
 * @param {Answer} unanswered the answer when there is none
 * @param {string} message of the error of a second answer
 */
export function answerOnce(answer, unanswered, message) {
  let isTaken = false;
  return {
    /** @param {Answer} action */
    take(action) {
      if (isTaken) throw new Error(message);
      isTaken = true;
      answer(action);
    },

    /**
     * The event has been dispatched.
     * @param {Event} event
     * @param {object} object what the answer is given by, if it is given later
     */
    dispatched(event, object) {
      if (isTaken) return;
      const drop = () => {
        if (isTaken) return;
        isTaken = true;
        answer(unanswered);
      };
      // One that the app has lost can give none.
      if (event.defaultPrevented) finalizationRegister(dropped, object, drop);
      else drop();
    },
  };
}
