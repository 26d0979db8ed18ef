/** The few pictures of the interface: decoration beside words, so no screen reader speaks of them. */

const paths = {
  now: "M4 13h4l2.5-7 4 12 2.5-5H20",
  sessions: "M4 5h16v14H4zM7.5 9.5l2.5 2.5-2.5 2.5M12.5 15h4",
  policy: "M12 3l7 3v5.5c0 4.5-3 7.7-7 9.5-4-1.8-7-5-7-9.5V6zM9 12l2.2 2.2L15.2 10",
  integrity: "M9.5 14.5l5-5M8 11l-2 2a3.5 3.5 0 005 5l2-2M16 13l2-2a3.5 3.5 0 00-5-5l-2 2",
  doctor: "M3.5 12h4l2-4 4 8 2-4h5M12 3a9 9 0 100 18 9 9 0 000-18z",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  search: "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.3 15.3L20 20",
  bell: "M6 16V11a6 6 0 0112 0v5l1.5 2h-15zM10 20.5h4",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  play: "M8 5.5v13l10-6.5z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6 6l12 12M18 6L6 18",
  offline:
    "M4 4l16 16M8.5 16a5 5 0 017 0M5 12.5a10 10 0 015-2.7M19 12.5a10 10 0 00-4-2.4M12 19.5h.01",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  empty: "M4 13l2.5-8h11L20 13v6H4zM4 13h4.5l1.5 2.5h4l1.5-2.5H20",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  theme: "M12 3.5a8.5 8.5 0 100 17zM12 3.5a8.5 8.5 0 010 17",
  help: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5h.01",
  copy: "M9 9h10v11H9zM5 15V4h10",
  key: "M14.5 9.5a4 4 0 10-3.300 3.900L13 15h2v2h2v2h3v-3.500l-5.600-5.600M8 8.500h.01",
  agents: "M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.500 16h.01M11 8h6M11 16h6",
  decisions: "M12 4v5M12 9l-6 5v5M12 9l6 5v5M9.500 4h5",
  incident: "M12 3l9.500 16.500h-19zM12 10v4.500M12 17h.01",
  ingestion: "M12 3v10M8 9.500l4 4 4-4M4 15v4.500h16V15",
  suggestions:
    "M9.500 18h5M10.500 21h3M8 14.500A5.500 5.500 0 1116 14.500c-.8.700-1 1.500-1 2H9c0-.5-.2-1.300-1-2z",
  audit: "M6 3.500h9l4 4V20.500H6zM14.500 3.500V8H19M9 12h6.500M9 15.500h6.500",
  account: "M12 12a4 4 0 100-8 4 4 0 000 8zM4.500 20.500c.7-4 3.500-6 7.500-6s6.800 2 7.500 6",
  overview: "M4 19V9M10 19V5M16 19v-7M21 19H3",
  people:
    "M9 11a3 3 0 100-6 3 3 0 000 6zM3.5 19c.5-3 2.500-4.500 5.500-4.500s5 1.500 5.500 4.500M16 11.500a2.500 2.500 0 10-1-4.800M16.500 14.700c2.300.2 3.600 1.600 4 4.300",
} as const;

export type IconName = keyof typeof paths;

export function Icon(props: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      aria-hidden="true"
    >
      <path d={paths[props.name]} stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
