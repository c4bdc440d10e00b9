export const yamlType = { "Content-Type": "application/yaml" };
