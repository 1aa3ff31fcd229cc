// What scrolls sideways can be reached by the keyboard.
for (const block of document.querySelectorAll('.tsd-typography pre, .tsd-typography table')) {
  if (block.scrollWidth > block.clientWidth) {
    block.tabIndex = 0;
  }
}
