// Before anything is painted: the theme and the language that this browser has chosen.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem('minitter.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    const language = localStorage.getItem('minitter.language') ?? navigator.language;
    root.lang = language.startsWith('ko') ? 'ko' : 'en';
  } catch {
    // A browser that keeps nothing shows what the system says.
  }
})();
