// The theme that was chosen, before anything is painted; without a choice the system's.
try {
  const theme = localStorage.getItem('oddex.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
