package serve

import (
	"errors"
	"maps"
	"testing"
)

func TestLogWhatIsShown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, set map[string]string }{
		"without a level the CLI shows nothing": {
			set: map[string]string{"TF_LOG_SDK": "OFF", "TF_LOG_SDK_FRAMEWORK": "OFF", "TF_LOG_PROVIDER_GENESYSAUDIT": "OFF"},
		},
		"an empty level is none": {
			before: map[string]string{"TF_LOG": "", "TF_LOG_PROVIDER": "", "TF_LOG_SDK": ""},
			set:    map[string]string{"TF_LOG_SDK": "OFF", "TF_LOG_SDK_FRAMEWORK": "OFF", "TF_LOG_PROVIDER_GENESYSAUDIT": "OFF"},
		},
		"the level of all logs": {
			before: map[string]string{"TF_LOG": "debug"},
			set:    map[string]string{"TF_LOG_SDK": "DEBUG", "TF_LOG_SDK_FRAMEWORK": "DEBUG", "TF_LOG_PROVIDER_GENESYSAUDIT": "DEBUG"},
		},
		"the level of providers counts before that": {
			before: map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "WARN"},
			set:    map[string]string{"TF_LOG_SDK": "WARN", "TF_LOG_SDK_FRAMEWORK": "WARN", "TF_LOG_PROVIDER_GENESYSAUDIT": "WARN"},
		},
		"providers switched off": {
			before: map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "off"},
			set:    map[string]string{"TF_LOG_SDK": "OFF", "TF_LOG_SDK_FRAMEWORK": "OFF", "TF_LOG_PROVIDER_GENESYSAUDIT": "OFF"},
		},
		"logs of the CLI alone": {
			before: map[string]string{"TF_LOG_CORE": "TRACE"},
			set:    map[string]string{"TF_LOG_SDK": "OFF", "TF_LOG_SDK_FRAMEWORK": "OFF", "TF_LOG_PROVIDER_GENESYSAUDIT": "OFF"},
		},
		"JSON shows everything": {
			before: map[string]string{"TF_LOG": "json"},
			set:    map[string]string{"TF_LOG_SDK": "TRACE", "TF_LOG_SDK_FRAMEWORK": "TRACE", "TF_LOG_PROVIDER_GENESYSAUDIT": "TRACE"},
		},
		"what is no level shows everything": {
			before: map[string]string{"TF_LOG": "1"},
			set:    map[string]string{"TF_LOG_SDK": "TRACE", "TF_LOG_SDK_FRAMEWORK": "TRACE", "TF_LOG_PROVIDER_GENESYSAUDIT": "TRACE"},
		},
		"what is set stays": {
			before: map[string]string{"TF_LOG_SDK": "INFO", "TF_LOG_SDK_FRAMEWORK": "WARN", "TF_LOG_PROVIDER_GENESYSAUDIT": "ERROR"},
			set:    map[string]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := make(map[string]string)
			lookup := func(name string) (string, bool) {
				value, ok := test.before[name]
				return value, ok
			}
			err := logWhatIsShown("genesysaudit", lookup, func(name, value string) error {
				set[name] = value
				return nil
			})
			if err != nil || !maps.Equal(set, test.set) {
				t.Errorf("%v, %v, want %v", set, err, test.set)
			}
		})
	}
}

func TestLogLevelThatCannotBeSet(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	err := logWhatIsShown("genesysaudit", func(string) (string, bool) { return "", false }, func(string, string) error { return refused })
	if !errors.Is(err, refused) {
		t.Errorf("%v, want %v", err, refused)
	}
}
