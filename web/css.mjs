// Style sheets as text, for the scripts that adopt them.

import { build } from "esbuild";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));

/** What the browsers of every face can do. */
export const target = ["es2022", "chrome120", "firefox121", "safari17"];

/** `import css from "./x.css?text"`: a style sheet with its imports, minified, as a string. */
export const cssText = {
  name: "css-text",
  setup(plugin) {
    plugin.onResolve({ filter: /\.css\?text$/ }, (args) => ({
      // Relative, so that the same source gives the same hashes wherever it lies.
      path: relative(web, join(args.resolveDir, args.path.replace("?text", ""))),
      namespace: "css-text",
    }));
    plugin.onLoad({ filter: /.*/, namespace: "css-text" }, async (args) => {
      const { outputFiles, metafile } = await build({
        absWorkingDir: web, entryPoints: [args.path], bundle: true, minify: true, write: false, metafile: true,
        target, logLevel: "silent",
      });
      const watchFiles = Object.keys(metafile.inputs).map((path) => join(web, path));
      // The minifier leaves a space before the value of a property of one's own.
      return { contents: outputFiles[0].text.trimEnd().replace(/(--[\w-]+): /g, "$1:"), loader: "text", watchFiles };
    });
  },
};
