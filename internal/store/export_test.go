package store

// AnyWaiting is the look that each step of the deliveries begins with.
const AnyWaiting = anyWaiting
