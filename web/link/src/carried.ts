// Parts that several of the later files draw with. They travel with the first one, so
// that none of them needs a file of its own for what they share.

import "./parts/choice.tsx";
import "./parts/notice.tsx";
import "./parts/phone.ts";
import "./parts/ways.tsx";
