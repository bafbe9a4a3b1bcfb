import { defineTexts } from "../i18n/texts";

export const landlordTexts = defineTexts(
  "landlord",
  {
    none: "您名下还没有登记的房屋。请联系房屋所在社区的民警登记房屋，登记后会显示在这里。",
    failed: "房屋未能载入。",
    more: "更多房屋",
    register: "登记租住",
    back: "返回我的房屋",
    same: "同一房屋再登记",
    gone: "没有此房屋，或已不由您出租。",
  },
  {
    none: "No premises are filed for you yet. Ask the officer of the community where they are; once filed they appear here.",
    failed: "The premises could not be loaded.",
    more: "More premises",
    register: "Register a tenancy",
    back: "Back to my premises",
    same: "Register another here",
    gone: "There are no such premises, or you let them no longer.",
  },
);
