// Package french says in Canadian French what the server says in English: the
// sentences that the fintech's staff read in the Portal and that are not the
// Portal's own, such as refusals, guides for setting up an integration, and why a
// connection ended.
//
// English is the language of the code and of the API. A sentence is translated
// where an answer to the Portal is written, and nowhere before: what is stored and
// what is logged stays English, so that a log can be searched and a timeline reads
// in the language of whoever reads it. The words lie in files by subject, English
// beside French; a test walks the source and fails for a sentence without French.
//
// The package knows no request, no resource and no caller.
package french
