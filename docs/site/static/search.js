// A page opened from a file may not fetch others, so search shows titles there, without the sentences of each page.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
