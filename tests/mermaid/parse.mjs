// Texts as a JSON array on the standard input; for each an empty string, or why Mermaid does not parse it.
// The entities are told, too: what a text means counts, and not only that it is one.
const texts = JSON.parse(await new Response(process.stdin).text());
const answers = [];
for (const version of ["mermaid", "mermaid-old"]) {
  const { default: mermaid } = await import(version);
  for (const text of texts) {
    try {
      await mermaid.parse(text);
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
      const entities = [...db.getEntities().values()];
      const tables = entities.map((e) => ({ name: e.alias || e.label, columns: e.attributes.map((a) => a.name) }));
      answers.push({ version, error: "", tables, references: db.getRelationships().length });
    } catch (error) {
      answers.push({ version, error: String(error.message), tables: [], references: 0 });
    }
  }
}
process.stdout.write(JSON.stringify(answers));
