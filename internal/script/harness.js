// Reads what handler returned, and hands it over as one line of JSON. Loaded
// before the consumer's source, so it keeps the built-ins it needs: the source
// may have replaced them by now. Getters, proxies and toJSON of the source run
// here, under the same limits; the parent checks the line again.
(function () {
  "use strict";
  const { stringify } = JSON;
  const { isArray } = Array;
  const Refusal = TypeError;
  const Pending = Promise;

  return function read(result) {
    if (typeof result !== "object" || result === null) {
      throw new Refusal("handler must return the webhook object");
    }
    if (result instanceof Pending) {
      throw new Refusal("handler must not be async");
    }
    const { cancel, method, url, payload } = result;
    if (cancel !== undefined && typeof cancel !== "boolean") {
      throw new Refusal("cancel must be true or false");
    }
    if (cancel === true) {
      return '{"cancel":true}';
    }
    if (method !== undefined && typeof method !== "string") {
      throw new Refusal("method must be POST or PUT");
    }
    if (typeof url !== "string") {
      throw new Refusal("url must be a string");
    }
    if (typeof payload !== "object" || payload === null || isArray(payload)) {
      throw new Refusal("payload must be an object");
    }
    const text = stringify(payload);
    if (typeof text !== "string") {
      throw new Refusal("payload must be an object");
    }
    return '{"method":' + stringify(method === undefined ? "POST" : method) +
      ',"url":' + stringify(url) + ',"payload":' + text + "}";
  };
})()
