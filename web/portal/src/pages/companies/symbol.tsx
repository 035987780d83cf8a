// A part of its own: only those who share a link need to know how such symbols are made.

export { QR as default } from "../../kit/qr.tsx";
