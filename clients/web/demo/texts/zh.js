// The page's texts in Chinese.

import { chats } from "./zh/chats.js";
import { faults } from "./zh/faults.js";
import { frames } from "./zh/frames.js";
import { groups } from "./zh/groups.js";
import { page } from "./zh/page.js";

export const zh = { ...page, ...chats, ...groups, ...faults, ...frames };
