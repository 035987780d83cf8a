// Package server assembles Bowline: it opens the store, prepares what a first
// start needs, lists every handler and every loop in one place ([Server.routes]
// and [Server.loops]), and starts, drains and stops them.
//
// It holds no rule of the product. Configuration arrives as [Options], checked;
// reading flags, environment and files is cmd's job.
package server
