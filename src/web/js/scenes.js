// Two dates under one slider. Without this they stand side by side; with it the later lies over the earlier and is uncovered from the right.
class SceneSwipe extends HTMLElement {
  connectedCallback() {
    const [before, after] = this.querySelectorAll('figure');
    if (!before || !after) return;
    const slider = document.createElement('input');
    slider.type = 'range';
    slider.min = '0';
    slider.max = '100';
    slider.value = '50';
    slider.setAttribute('aria-label', '左为前一期，右为后一期');
    const show = () => {
      after.style.clipPath = `inset(0 0 0 ${slider.value}%)`;
    };
    slider.addEventListener('input', show);
    this.classList.add('live');
    this.append(slider);
    show();
  }
}
customElements.define('scene-swipe', SceneSwipe);
