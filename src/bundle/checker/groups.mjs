// "1a2b 3c4d …": how a fingerprint is shown and printed.
export const groups = hex => hex.replace(/(.{4})(?!$)/g, "$1 ");
