// Proves that a service worker can be registered at this address; it does nothing and is taken away at once (prepare.js).
