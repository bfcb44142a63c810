/**
 * The last guard: whatever a library wrote into a message, and wherever somebody put a URL by mistake, its password is not
 * printed. A URL that was taken for a path has lost one of its slashes.
 */
export const withoutPasswords = (text: string): string =>
  text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/{1,2}[^\s:/@]*):(?:\S*|[^\n]*?)@/gi, "$1:***@")
    .replaceAll(/\b((?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'?|"[^"]*"?|[^\s&'"]+)/gi, "$1***");
