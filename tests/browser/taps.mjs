// Counts what a hand does, for the limits of the product: taps (opening a field to type in is one), characters, and the
// time both take by the model of the issue: 1.3 s a tap, 0.3 s a character. A signature is counted apart.
//
//   const hand = new Hand(page);
//   await hand.tap('button.primary');      // a selector or a locator
//   await hand.type('[name=text]', '…');
//   assert.ok(hand.taps <= 4);
export class Hand {
  static TAP_SECONDS = 1.3;
  static CHARACTER_SECONDS = 0.3;

  constructor(page) {
    this.page = page;
    this.before = 0;
    this.reset();
  }

  // Counts from nothing again; `whole` goes on.
  reset() {
    this.before += this.taps === undefined ? 0 : this.seconds;
    this.taps = 0;
    this.characters = 0;
    this.signatures = 0;
  }

  get seconds() {
    return this.taps * Hand.TAP_SECONDS + this.characters * Hand.CHARACTER_SECONDS;
  }

  get whole() {
    return this.before + this.seconds;
  }

  at(target) {
    return typeof target === 'string' ? this.page.locator(target).first() : target;
  }

  // A tap needs something of 48 px to land on: a smaller target is a fault of the page, found here.
  async tap(target) {
    const where = this.at(target);
    const size = () =>
      where.evaluate((e) => {
        const r = e.getBoundingClientRect();
        return { width: r.width, height: r.height };
      });
    let box = await size();
    for (let i = 0; i < 20 && !box.width; i++, box = await size()) await this.page.waitForTimeout(50); // a screen was just put in its place
    if (Math.min(box.width, box.height) < 47.5) throw new Error(`target of ${box.width}×${box.height} px: ${target}`);
    await this.#hold(where);
    this.taps++;
    await where.click();
    this.last.at = Date.now(); // on a busy machine the tap itself comes long after it was asked for
  }

  // Nobody taps one spot twice within 0.4 s on purpose; pages take that for one tap.
  async #hold(where) {
    await this.page.waitForFunction(() => !document.querySelector('[aria-busy=true]')); // the page shows that it is still at the last one
    const box = await where.boundingBox();
    const spot = box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 0, y: 0 };
    const since = Date.now() - (this.last?.at ?? 0);
    if (this.last && Math.hypot(spot.x - this.last.x, spot.y - this.last.y) < 80 && since < 450)
      await this.page.waitForTimeout(450 - since);
    this.last = { ...spot, at: Date.now() };
  }

  // Typing into a field that has the focus already costs no tap.
  async type(target, text) {
    const where = this.at(target);
    if (!(await where.evaluate((e) => e === document.activeElement))) {
      this.taps++;
      await where.click();
    }
    this.characters += [...text].length;
    await where.pressSequentially(text);
  }

  // Pressed twice, 120 ms apart, at one place on the glass: what a cold thumb does. Counted as one tap.
  async tapTwice(target) {
    await this.#hold(this.at(target));
    const box = await this.at(target).boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    this.taps++;
    await this.page.mouse.click(x, y);
    await this.page.waitForTimeout(120);
    await this.page.mouse.click(x, y);
    this.last = { x, y, at: Date.now() };
  }

  async sign(target) {
    await this.at(target).evaluate((e) => e.scrollIntoView({ block: 'center' }));
    const box = await this.at(target).boundingBox();
    this.signatures++;
    const mouse = this.page.mouse;
    await mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.6);
    await mouse.down();
    for (const [x, y] of [
      [0.35, 0.3],
      [0.5, 0.7],
      [0.65, 0.3],
      [0.8, 0.6],
    ])
      await mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
    await mouse.up();
  }
}
