// Package query is the filter language of the Platform API (platform-api
// section 15): it parses the text of the query, tags and orderBy parameters,
// checks it against the properties that a list has, and compiles it to a SQL
// condition or evaluates it in memory.
//
//	text ──Parse──► Expr ──Compile──► SQL with $N, values in Args
//	                  └────Match────► true or false for one record
//
// Nothing of the text reaches SQL except as a bound value; column names come
// from the [Schema] alone. Compile and Match mean the same: strings compare
// without regard to ASCII case, != holds where a value is absent, and a path
// through an array holds when any element does, except !=, which holds when no
// element equals the value.
//
// The package must not know which tables exist, nor how SQL is run.
package query
