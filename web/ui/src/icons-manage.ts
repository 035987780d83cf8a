// Icons of the list of what is connected; apart, so that other first screens are lighter. Some of them
// are among icons-later.ts too: a file that both parts shared would be one more to fetch.

export const managePaths = {
  alert: "M12 8.5v4.5M12 16.3v.1M10.7 4.2 2.9 17.7a1.5 1.5 0 0 0 1.3 2.3h15.6a1.5 1.5 0 0 0 1.3-2.3L13.3 4.2a1.5 1.5 0 0 0-2.6 0Z",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  add: "M12 5.5v13M5.5 12h13",
} as const;
