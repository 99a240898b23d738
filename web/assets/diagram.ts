import "./parts/bpmn_diagram";
