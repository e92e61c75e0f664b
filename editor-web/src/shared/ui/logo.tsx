/** The mark of public/favicon.svg, in the accent of the theme. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path d="M7 21.5 13 13l4.5 5L25 8.5" fill="none" stroke="var(--accent-ink)" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx="25" cy="8.5" r="2.6" fill="var(--accent-ink)" />
    </svg>
  );
}
