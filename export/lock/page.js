
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const seal = JSON.parse(at("seal").textContent);
  const say = (text) => { at("status").textContent = text; };

  const decode = (text) => {
    const raw = atob(text), out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  };

  // The words as they are said, however they are written: the program that locked the file takes them in the same way.
  const spoken = (text) => text.normalize("NFKC").trim().toLowerCase().replace(/[\s\-\u2010-\u2015]+/gu, "-");

  const keyOf = async (words) => {
    const from = await crypto.subtle.importKey("raw", new TextEncoder().encode(spoken(words)), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: decode(seal.salt), iterations: seal.rounds };
    return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  };

  // A part's nonce is its number, and 1 at the end of the last one.
  const nonce = (number, last) => {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(7, number);
    iv[11] = last ? 1 : 0;
    return iv;
  };

  class Wrong extends Error {}
  class Damaged extends Error {}

  const decrypt = async (words) => {
    const key = await keyOf(words), parts = document.querySelectorAll("script.part"), plain = [];
    if (parts.length !== seal.parts) throw new Damaged();
    at("work").hidden = false;
    for (let i = 0; i < parts.length; i++) {
      try {
        const how = { name: "AES-GCM", iv: nonce(i, i === parts.length - 1) };
        plain.push(await crypto.subtle.decrypt(how, key, decode(parts[i].textContent)));
      } catch {
        throw i === 0 ? new Wrong() : new Damaged();
      }
      at("done").value = (i + 1) / parts.length;
    }
    return new Blob(plain);
  };

  // files reads the list of a ZIP: from the name of each file to a function that returns its bytes.
  const files = async (zip) => {
    const bytes = new Uint8Array(await zip.arrayBuffer()), view = new DataView(bytes.buffer), all = new Map();
    let end = bytes.length - 22;
    while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
    if (end < 0) throw new Damaged();
    let line = view.getUint32(end + 16, true);
    for (let n = view.getUint16(end + 10, true); n > 0; n--) {
      const method = view.getUint16(line + 10, true), packed = view.getUint32(line + 20, true), long = view.getUint16(line + 28, true);
      const head = view.getUint32(line + 42, true);
      const name = new TextDecoder().decode(bytes.subarray(line + 46, line + 46 + long));
      all.set(name, async () => {
        const begin = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
        const content = new Blob([bytes.subarray(begin, begin + packed)]);
        if (method === 0) return content;
        return new Response(content.stream().pipeThrough(new DecompressionStream("deflate-raw"))).blob();
      });
      line += 46 + long + view.getUint16(line + 30, true) + view.getUint16(line + 32, true);
    }
    return all;
  };

  const save = (content, name) => {
    const link = document.createElement("a"), url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  };

  // bar tells that the file is open and offers to save everything.
  const bar = (zip, text) => {
    const aside = document.createElement("aside"), words = document.createElement("p"), button = document.createElement("button");
    aside.id = "opened";
    aside.setAttribute("aria-label", "This file");
    words.textContent = text;
    button.type = "button";
    button.textContent = "Save all files (" + seal.file + ")";
    button.addEventListener("click", () => save(zip, seal.file));
    aside.append(words, button);
    return aside;
  };

  const show = async (zip) => {
    let all, text;
    try {
      all = await files(zip);
      text = await (await all.get(seal.first)()).text();
    } catch (error) {
      if (error instanceof Damaged) throw error;
      const locked = at("locked");
      document.body.prepend(bar(zip, "The file is open. This browser is too old to show what is in it: save all files, and unpack them."));
      locked.remove();
      return;
    }
    const report = new DOMParser().parseFromString(text, "text/html");
    document.title = report.title;
    document.documentElement.lang = report.documentElement.lang;
    document.body.className = report.body.className;
    const opened = bar(zip, "The file is open, on this device only. Close the page to lock it again. What you save is not locked.");
    document.body.replaceChildren(opened, ...report.body.childNodes);
    document.addEventListener("click", async (event) => {
      const link = event.target.closest("a[href]"), href = link ? link.getAttribute("href") : "#";
      const file = all.get(decodeURIComponent(href));
      if (href.startsWith("#") || !file) return;
      event.preventDefault();
      save(await file(), decodeURIComponent(href).split("/").pop());
    });
    const first = document.querySelector("h1");
    first.tabIndex = -1;
    first.focus();
  };

  const fields = ["words", "show", "go"].map(at);
  const enable = (on) => fields.forEach((field) => { field.disabled = !on; });

  at("show").addEventListener("change", () => { at("words").type = at("show").checked ? "text" : "password"; });
  at("open").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("wrong").textContent = "";
    say("Working. This takes a few seconds.");
    enable(false);
    try {
      await show(await decrypt(at("words").value));
    } catch (error) {
      enable(true);
      say("");
      at("work").hidden = true;
      at("wrong").textContent = error instanceof Wrong
        ? "This password does not open the file. Check each word and try again."
        : "The file is damaged: ask for it again.";
      at("words").setAttribute("aria-invalid", "true");
      at("words").focus();
    }
  });

  if (!globalThis.crypto || !crypto.subtle) {
    say("This browser cannot decrypt the file. Open it in a current version of Firefox, Chrome, Edge or Safari.");
    return;
  }
  say("");
  enable(true);
})();
