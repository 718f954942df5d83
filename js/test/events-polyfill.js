// @ts-check
// The events that node lacks. To be imported before what keeps a copy of them.

class CloseEvent extends Event {
  /** @param {string} type @param {CloseEventInit} init */
  constructor(type, { code = 0, reason = "", wasClean = false } = {}) {
    super(type);
    Object.assign(this, { code, reason, wasClean });
  }
}

class ErrorEvent extends Event {
  /** @param {string} type @param {ErrorEventInit} init */
  constructor(type, { error = null, message = "" } = {}) {
    super(type);
    Object.assign(this, { error, message });
  }
}

Object.assign(globalThis, { CloseEvent, ErrorEvent });
