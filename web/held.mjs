// Lets scripts of one build lie in a page as text. Nobody can import such a script, so
// what it gives to others is held by the page: the core puts what it exports there, and
// the parts read it there, wherever each of them came from.

/** Where a page holds it. */
const page = 'globalThis[Symbol.for("bowline")]';

/** The names of `import{…}` or `export{…}`, turned into those of an object. */
function members(list, swap) {
  return list.split(",").map((one) => {
    const [from, to = from] = one.split(" as ");
    return swap ? `${to}:${from}` : `${from}:${to}`;
  }).join(",");
}

function split(text, path) {
  const [, body, list] = /^(.*)export\{([\w$ ,]+)\};\s*$/s.exec(text) ?? [];
  if (!list || body.includes("export{") || /\$page|\$get/.test(text)) throw new Error(`${path} is not the script that was expected`);
  return { body, given: members(list, true) };
}

/** A script's name in the page. */
const called = (path) => path.replace(/^assets\/|\.js$/g, "");

/** A core that is nobody's import: it gives to the page, and looks there before it fetches a part. */
function asCore(text, path) {
  const { body, given } = split(text, path);
  const core = body.replace(/import\("\/assets\/([\w-]+)\.js"\)/g, (_, name) => `$get("${name}")`);
  if (core.includes("import(")) throw new Error(`${path} imports what it was not expected to`);
  const get = '$get=at=>Promise.resolve($page[at]??import("/assets/"+at+".js"))';
  return `const $page=${page}={},${get};${core}Object.assign($page,{get:$get,${given}});\n`;
}

/** A script that reads the core's exports, and other parts, where the page holds them. */
function asUser(text, path, core, parts) {
  const fetched = text.replace(/import\("\/assets\/([\w-]+)\.js"\)/g, (call, name) => (
    parts.includes(`assets/${name}.js`) ? `${page}.get("${name}")` : call
  ));
  const used = fetched.replace(new RegExp(`import\\{([\\w$ ,]+)\\}from"/${core}";`), (_, list) => `const{${members(list, false)}}=${page};`);
  if (used.includes(core)) throw new Error(`${path} takes more from ${core} than was expected`);
  return used;
}

/** A script that may lie in the page as well: then this is how the core finds it. */
function asPart(text, path) {
  const { given } = split(text, path);
  return `${text.trimEnd()}${page}["${called(path)}"]={${given}};\n`;
}

/**
 * Rewrites the scripts among `files` (path to bytes) so that `core` and `parts` may lie
 * in a page. `core` then exports nothing. What it exports must never change its value:
 * others read it once.
 */
export function holdInPage(files, core, parts) {
  for (const [path, bytes] of files) {
    if (!path.endsWith(".js")) continue;
    let text = bytes.toString();
    if (path === core) text = asCore(text, path);
    else text = asUser(text, path, core, parts);
    if (parts.includes(path)) text = asPart(text, path);
    files.set(path, Buffer.from(text));
  }
}
