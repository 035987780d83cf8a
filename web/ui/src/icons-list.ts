// Icons of the list of types; apart, so that other first screens are lighter. Some of them are among
// icons-later.ts too: a file that both parts shared would be one more to fetch.

export const listPaths = {
  alert: "M12 8.5v4.5M12 16.3v.1M10.7 4.2 2.9 17.7a1.5 1.5 0 0 0 1.3 2.3h15.6a1.5 1.5 0 0 0 1.3-2.3L13.3 4.2a1.5 1.5 0 0 0-2.6 0Z",
  accounting: "M6 3.5h9.5A2.5 2.5 0 0 1 18 6v14.5H7A2.5 2.5 0 0 1 4.5 18V5A1.5 1.5 0 0 1 6 3.5ZM4.5 18A2.5 2.5 0 0 1 7 15.5h11M8.5 8H14M8.5 11.5h3",
  banking: "M3.5 9.5 12 4.5l8.5 5zM5.5 13v4.5M9.8 13v4.5M14.2 13v4.5M18.5 13v4.5M3.5 20.5h17",
  commerce: "M5 10.5v8.5a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 19v-8.5M3.5 8 5.5 3.5h13l2 4.5a2.8 2.8 0 0 1-5.6 0A2.9 2.9 0 0 1 12 10.5 2.9 2.9 0 0 1 9.1 8a2.8 2.8 0 0 1-5.6 0ZM9.5 20.5v-5h5v5",
  accounts: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400ZM9 14.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400Z",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2",
  lock: "M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5ZM8 10.5V8a4 4 0 0 1 8 0v2.5",
} as const;
