import { Connect } from "./connect";

export default function Page() {
  return (
    <>
      <h1>Your account</h1>
      <Connect />
    </>
  );
}
