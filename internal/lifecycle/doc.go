// Package lifecycle is a formal model of what comes after consent: one
// connection, its tokens, the provider, two workers that refresh and one that
// ends grants. A search visits every state that they can reach together, with
// crashes, lost answers and stalled processes at each step, and checks what must
// never happen and what must always remain possible.
//
// The model knows nothing of databases and HTTP. It holds the product to its
// word by the table of transitions, which a test compares with the code's, and
// by the steps of the protocol, which have the names that the code gives them.
package lifecycle
