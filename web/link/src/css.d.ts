declare module "*.css";

/** A style sheet bundled, minified and handed over as text; see build.mjs. */
declare module "*.css?text" {
  const css: string;
  export default css;
}
