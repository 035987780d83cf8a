// Prints one line a test, and what went wrong below it.

export default async function* report(events) {
  let failed = 0;
  let passed = 0;
  for await (const { type, data } of events) {
    // The test around them all has nothing to add, unless it failed by itself.
    if (data?.nesting === 0 && data.details?.error?.failureType !== "testCodeFailure" && (type === "test:pass" || type === "test:fail")) continue;
    if (type === "test:pass") {
      passed++;
      yield `ok    ${seconds(data)}  ${data.name}\n`;
    } else if (type === "test:fail") {
      failed++;
      const { error } = data.details;
      yield `FAIL  ${seconds(data)}  ${data.name}\n${indent(plain((error.cause ?? error).stack ?? String(error)))}\n`;
    } else if (type === "test:stdout" || type === "test:stderr") {
      yield data.message;
    }
  }
  yield `${passed} passed, ${failed} failed\n`;
}

const seconds = ({ details }) => `${(details.duration_ms / 1000).toFixed(1).padStart(5)} s`;
const indent = (text) => text.replace(/^/gm, "        ");
const plain = (text) => text.replace(/\u001b\[\d+m/g, ""); // colours
