// @ts-check
/**
 * Fairness: a stream whose data is always there would be read in one endless chain of microtasks,
 * and input, timers and painting would starve. All descriptors of a document together get a budget
 * of 2 ms, after which the chain continues in a new task.
 */

import { now, queueTask } from "../primordials.js";

const BUDGET_MILLISECONDS = 2;

/** Reads and writes since the last point that is known to be a new task. */
let operations = 0;
let started = 0;

/** Notes that the current task has only just begun. */
export function beginTurn() {
  operations = 0;
}

let takesTurns = true;

/** Has nothing yield: in a worker whatever is read or written waits for a message, which is a task of its own. */
export function takeNoTurns() {
  takesTurns = false;
}

/**
 * Counts one read or write.
 * @returns {boolean} whether the budget is used up, so that the caller has to `yieldTurn` first
 */
export function spendTurn() {
  if (operations++ === 0) {
    started = now();
    return false;
  }
  return takesTurns && now() - started > BUDGET_MILLISECONDS;
}

/** Continues in a new task. @param {() => void} callback */
export function yieldTurn(callback) {
  queueTask(() => {
    beginTurn();
    callback();
  });
}
