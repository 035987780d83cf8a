// Entry of the hosted page.

import "./hosted.css";
import { start } from "./first.ts";

void start();
