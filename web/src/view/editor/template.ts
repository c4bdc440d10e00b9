/** What a new station starts from. */
export const template = `cameras:
  - name: front
    source: { type: images, path: frames/, repeat: true }
    steps:
      - { name: detect, model: MODEL }
    rules:
      - { type: min_nb_objects, name: present, step: detect, min: 1 }
rule: { type: all }
images: { type: filesystem, path: data/images }
records: { type: sqlite, path: data/records.db }
actions:
  - { type: log }
`;
