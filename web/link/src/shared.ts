// Parts that several of the files after the first draw with. They travel as one file with the
// later screens, so that none of the rarer ones asks for a file of its own for what they share.

import "@bowline/ui/icons-later.ts";
import "@bowline/ui/richtext.tsx";
import "preact";
import "./parts/accounts.tsx";
import "./parts/dates.ts";
import "./parts/help.tsx";
import "./parts/items.tsx";
import "./parts/leave.tsx";
import "./parts/message.tsx";
import "./parts/result.tsx";
import "./parts/sheet.tsx";
