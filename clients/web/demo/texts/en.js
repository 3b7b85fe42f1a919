// The page's texts in English.

import { chats } from "./en/chats.js";
import { faults } from "./en/faults.js";
import { frames } from "./en/frames.js";
import { groups } from "./en/groups.js";
import { page } from "./en/page.js";

export const en = { ...page, ...chats, ...groups, ...faults, ...frames };
