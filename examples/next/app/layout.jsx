import "./main.css";

export const metadata = { title: "Next.js example" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
