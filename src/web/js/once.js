// A button pressed twice within a second is one press. The server knows it too, by the key in the form; this only spares the second answer.
for (const form of document.querySelectorAll('form[data-once]')) {
  let last = 0;
  form.addEventListener('submit', (event) => {
    const now = event.timeStamp;
    if (last && now - last < 1000) event.preventDefault();
    else last = now;
  });
}
