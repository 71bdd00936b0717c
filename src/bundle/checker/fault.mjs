// The first fault of a bundle: a word of docs/bundle-format.md 9, the member, the byte of the file where there is one.
export class Fault {
    constructor(word, member = "", offset = -1, why = "") {
        this.word = word;
        this.member = member;
        this.offset = offset;
        this.why = why;
    }
}
