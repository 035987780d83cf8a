declare module "*.css";

/** A style sheet bundled, minified and handed over as text; see css.mjs. */
declare module "*.css?text" {
  const css: string;
  export default css;
}
