// Entry of the hosted page.

import "./hosted.css";
import "./first.ts";
