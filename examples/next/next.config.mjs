/** Static pages, because the examples share one backend. Link itself needs nothing set here. */
export default { output: "export" };
