/** What a new station starts from: a folder beside its own file, looked at by one of the models. */
export const template = (model: string) => `cameras:
  - name: front
    source: { type: images, path: frames }
    steps:
      - { name: look, model: ${model} }
    rules:
      - { type: min_nb_objects, name: present, min: 1 }
actions:
  - { type: log }
`;
