// The same request in the languages of servers: each a whole program, with nothing but what
// the language brings along.

/** A request to the Platform API. */
export interface Call {
  method: "GET" | "POST";
  /** Below the server URL; `${…}` is not filled in: it is written as the caller's variable. */
  path: string;
  body?: Record<string, string>;
}

export interface Language {
  id: string;
  name: string;
  write: (server: string, call: Call) => string;
}

const json = (body: Record<string, string>): string => JSON.stringify(body);
/** Text in double quotes as C, Java and their kin write it. */
const quoted = (text: string): string => JSON.stringify(text);

function curl(server: string, { method, path, body }: Call): string {
  const data = body ? ` \\\n  -H "Content-Type: application/json" \\\n  -d '${json(body).replaceAll("'", String.raw`'\''`)}'` : "";
  return `curl ${method === "GET" ? "" : `-X ${method} `}"${server}${path}" \\\n  -H "Authorization: Basic $(printf %s "$API_KEY" | base64 | tr -d '\\n')"${data}`;
}

function javascript(server: string, { method, path, body }: Call): string {
  const more = body ? `,\n    "Content-Type": "application/json",\n  },\n  body: JSON.stringify(${json(body)}),\n});` : ",\n  },\n});";
  return `const answer = await fetch(${quoted(server + path)}, {\n  method: "${method}",\n  headers: {\n    Authorization: "Basic " + Buffer.from(process.env.API_KEY).toString("base64")${more}
if (!answer.ok) throw new Error((await answer.json()).error);
console.log(await answer.json());`;
}

function python(server: string, { method, path, body }: Call): string {
  return `import base64, json, os, urllib.request

key = base64.b64encode(os.environ["API_KEY"].encode()).decode()
request = urllib.request.Request(
    ${quoted(server + path)},
    method="${method}",
    headers={"Authorization": f"Basic {key}"${body ? ', "Content-Type": "application/json"' : ""}},${body ? `\n    data=json.dumps(${json(body)}).encode(),` : ""}
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer))`;
}

function go(server: string, { method, path, body }: Call): string {
  return `package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"${body ? '\n\t"strings"' : ""}
)

func main() {
	request, err := http.NewRequest("${method}", ${quoted(server + path)}, ${body ? `strings.NewReader(${quoted(json(body))})` : "nil"})
	if err != nil {
		log.Fatal(err)
	}
	key := base64.StdEncoding.EncodeToString([]byte(os.Getenv("API_KEY")))
	request.Header.Set("Authorization", "Basic "+key)${body ? '\n\trequest.Header.Set("Content-Type", "application/json")' : ""}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Status, string(text))
}`;
}

function csharp(server: string, { method, path, body }: Call): string {
  return `using System.Net.Http.Headers;
using System.Text;

using var client = new HttpClient();
var key = Convert.ToBase64String(Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("API_KEY")!));
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", key);
${method === "GET"
    ? `var answer = await client.GetAsync(${quoted(server + path)});`
    : `var answer = await client.PostAsync(${quoted(server + path)},\n    ${body ? `new StringContent(${quoted(json(body))}, Encoding.UTF8, "application/json")` : "null"});`}
Console.WriteLine(await answer.Content.ReadAsStringAsync());
answer.EnsureSuccessStatusCode();`;
}

function java(server: string, { method, path, body }: Call): string {
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;

class Main {
    public static void main(String[] arguments) throws Exception {
        var key = Base64.getEncoder().encodeToString(System.getenv("API_KEY").getBytes());
        var request = HttpRequest.newBuilder(URI.create(${quoted(server + path)}))
            .header("Authorization", "Basic " + key)${body ? '\n            .header("Content-Type", "application/json")' : ""}
            .method("${method}", ${body ? `HttpRequest.BodyPublishers.ofString(${quoted(json(body))})` : "HttpRequest.BodyPublishers.noBody()"})
            .build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
    }
}`;
}

function php(server: string, { method, path, body }: Call): string {
  return `<?php
$request = curl_init(${quoted(server + path).replaceAll("$", () => "\\$")});
curl_setopt_array($request, [
    CURLOPT_CUSTOMREQUEST => "${method}",
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["Authorization: Basic " . base64_encode(getenv("API_KEY"))${body ? ', "Content-Type: application/json"' : ""}],${body ? `\n    CURLOPT_POSTFIELDS => '${json(body).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}',` : ""}
]);
echo curl_exec($request), "\\n";`;
}

export const languages: Language[] = [
  { id: "curl", name: "curl", write: curl },
  { id: "javascript", name: "JavaScript", write: javascript },
  { id: "python", name: "Python", write: python },
  { id: "go", name: "Go", write: go },
  { id: "csharp", name: "C#", write: csharp },
  { id: "java", name: "Java", write: java },
  { id: "php", name: "PHP", write: php },
];

/** A page that embeds Link with what the server has asked for. */
export function embed(origin: string): string {
  return `<div id="connect" style="height: 640px; max-width: 460px"></div>
<script type="module">
  import { Link } from "${origin}/sdk/link.js";

  new Link({
    target: document.getElementById("connect"),
    props: {
      companyId: COMPANY_ID,
      accessToken: ACCESS_TOKEN,
      onConnection: ({ connectionId }) => console.log("connected", connectionId),
      onClose: () => console.log("closed"),
    },
  });
</script>`;
}
