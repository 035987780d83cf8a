// Where the Portal begins. The page around it holds an empty <div id="portal">.

import { render } from "preact";
import { App } from "./app.tsx";
import "./portal.css";
import { startRouter } from "./router.ts";
import { findSession, watchSession } from "./session.ts";

document.documentElement.classList.add("bowline");
startRouter();
watchSession();
void findSession();
render(<App />, document.getElementById("portal")!);
