package link

// HashState is what the database knows of a state.
var HashState = hashState
