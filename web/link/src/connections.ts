// Entry of the Connections SDK: what a page imports from /sdk/connections.js. The build puts
// connections/product.ts into it, and the screens are those of Link.

export { Embedding as Connections, Embedding as BowlineConnections, Embedding as CodatConnections } from "./embed/embed.ts";
